/// The organisation's access token.
pub const ACCESS: &str = "polar_oat_CANARYaccess0123456789abcdefghijklmnop";
/// The session that the portal is used with.
pub const SESSION: &str = "polar_mst_CANARYsession0123456789abcdefghijklmno";
/// The invitation token: of the server's form, and one that begins with a dash.
pub const INVITATION: &str = "-CANARYinvitation_O3niuDp2vythTAFUbnc-SQlBSo";
/// The session token that a claim is answered with.
pub const GRANTED: &str = "polar_mst_GRANTED0123456789abcdefghijklmnopqrstu";

/// All of them.
pub const SECRETS: [&str; 4] = [ACCESS, SESSION, INVITATION, GRANTED];
