use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{StatusCode, header},
    middleware,
    response::IntoResponse,
    routing::{get, post},
};
use polar_hyper::Client;

use crate::{
    Settings, claim, pages, team,
    web::{self, Visits},
};

/// The application.
#[derive(Debug, Clone)]
pub struct App {
    settings: Arc<Settings>,
    visits: Arc<Visits>,
}

impl App {
    /// Creates the application without any visits.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings: Arc::new(settings),
            visits: Arc::default(),
        }
    }

    /// The routes of all pages.
    ///
    /// A GET changes nothing at Polar, because email scanners follow every link.
    pub fn router(&self) -> Router {
        let pages = Router::new()
            .route("/", get(claim::start))
            .route("/claim", get(claim::open).post(claim::submit))
            .route("/claim/by-hand", post(claim::open_by_hand))
            .route("/claim/outcome", get(claim::outcome))
            .route("/seat", get(claim::seat))
            .route("/portal", get(claim::portal))
            .route("/sign-in", get(team::sign_in_page).post(team::sign_in))
            .route("/sign-out", post(team::sign_out))
            .route("/team", get(team::list))
            .route("/team/assign", post(team::assign))
            .route("/team/renew", post(team::renew))
            .route("/team/resend", post(team::resend))
            .route("/team/revoke", post(team::revoke))
            .route_layer(middleware::from_fn_with_state(self.clone(), web::attach));
        pages
            .route("/style.css", get(style))
            .fallback(not_found)
            .layer(DefaultBodyLimit::max(MAX_FORM_SIZE))
            .layer(web::requests())
            .layer(middleware::map_response(web::protect))
            .with_state(self.clone())
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn client(&self) -> &Client {
        &self.settings.client
    }

    pub(crate) fn visits(&self) -> &Arc<Visits> {
        &self.visits
    }
}

async fn style() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "max-age=3600"),
    ];
    (headers, include_str!("pages/style.css"))
}

async fn not_found() -> impl IntoResponse {
    (StatusCode::NOT_FOUND, pages::error::not_found())
}

/// In bytes; the longest field is an email address or a link.
const MAX_FORM_SIZE: usize = 16 * 1024;
