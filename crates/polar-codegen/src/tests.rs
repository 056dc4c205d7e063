//! Generates from a small document, and compares.

use crate::{
    document::Document,
    json::Json,
    operations::{Observed, Resource},
    overlay::Overlay,
    plan::Plan,
    render::{self, Files},
    stale::stale,
    surface::{differences, surface},
};

const DOCUMENT: &str = r##"{
"paths": {"/v1/pets/": {
  "get": {"operationId": "pets:list", "description": "List pets.\n\n**Scopes**: `pets:read`",
    "security": [{"oat": ["pets:read"]}],
    "parameters": [{"name": "kind", "in": "query", "schema": {"anyOf": [
      {"$ref": "#/components/schemas/PetKind"},
      {"type": "array", "items": {"$ref": "#/components/schemas/PetKind"}}, {"type": "null"}]}},
      {"name": "page", "in": "query", "description": "Page number.", "schema": {"type": "integer"}}],
    "responses": {"200": {"content": {"application/json": {"schema":
      {"$ref": "#/components/schemas/ListResource_Pet_"}}}}}},
  "post": {"operationId": "pets:create", "summary": "Create Pet", "description": "Create a pet.",
    "security": [{"oat": ["pets:write"]}],
    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/PetCreate"}}}},
    "responses": {"201": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}},
      "403": {"description": "The cinema is full.", "content": {"application/json": {"schema":
        {"$ref": "#/components/schemas/CinemaFull"}}}}}}}},
"components": {"schemas": {
  "PetKind": {"type": "string", "enum": ["cat", "dog"], "description": "The kind of a pet."},
  "ListResource_Pet_": {"type": "object", "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}}},
  "CinemaFull": {"type": "object", "properties": {"error": {"const": "CinemaFull"}}},
  "Pet": {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
    "discriminator": {"propertyName": "kind"}},
  "Cat": {"type": "object", "properties": {"id": {"type": "string", "format": "uuid"}, "kind": {"const": "cat"},
    "data": {"$ref": "#/components/schemas/CatData"}}, "required": ["id", "kind", "data"]},
  "Dog": {"type": "object", "properties": {"id": {"type": "string", "format": "uuid"}, "kind": {"const": "dog"},
    "data": {"$ref": "#/components/schemas/DogData"}}, "required": ["id", "kind", "data"]},
  "CatData": {"description": "Data of a cat.", "type": "object", "properties": {"lives": {"type": "integer",
    "description": "Lives that are left"}}, "required": ["lives"]},
  "DogData": {"description": "Data of a dog.", "type": "object", "properties": {"chip": {"type": "string"}}},
  "PetCreate": {"description": "Schema to create a pet.", "type": "object", "properties": {
    "kind": {"$ref": "#/components/schemas/PetKind"}, "secret_name": {"type": "string"},
    "born_at": {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}},
    "required": ["kind", "secret_name"]}
}}}"##;

const OVERLAY: &str = r#"
[id_of]
"Cat" = "PetId"
[types]
"*.secret_name" = "crate::Secret"
[docs.phrases]
"Schema to create" = "A request to create"
[docs.modules]
pets = "Operations on pets."
[docs.types]
Pet = "A pet."
PetData = "What is known of a pet."
[docs.words]
"*Kind.*" = "A {word}, as `{word}`."
"PetKind.dog" = "A dog."
[docs.fields]
born_at = "When it was born."
chip = "The number of its chip."
data = "The data."
id = "The id."
kind = "The kind."
secret_name = "The name that only you know."
"#;

const PAGES: &str = r#"
["pets:create"]
errors = ["InvalidQuantityError", "NotPermitted: The pet is asleep.", "Unauthorized"]
recovery = "List the pets."
"#;

const ERRORS: &str = r#""pets:create" = [{ status = 401, name = "Unauthorized" }]"#;

const TYPES: &str = r#"
object! {
    /// Data of a cat.
    pub struct CatData {
        /// Lives that are left.
        required lives: i64,
    }
}

object! {
    /// Data of a dog.
    pub struct DogData {
        /// The number of its chip.
        optional chip: String,
    }
}

object! {
    /// A pet.
    pub struct Pet {
        /// The id.
        required id: PetId,
        /// The kind.
        lenient kind: PetKind,
        /// The data.
        lenient data by kind: PetData,
    }
}

object! {
    /// A request to create a pet.
    pub request PetCreate {
        /// The kind.
        lenient kind: PetKind,
        /// The name that only you know.
        lenient secret_name: Secret,
        /// When it was born.
        optional born_at: Timestamp,
    }
}

union! {
    /// What is known of a pet.
    pub enum PetData {
        /// Data of a cat. For the `kind` `cat`.
        "cat" => Cat(CatData),
        /// Data of a dog. For the `kind` `dog`.
        "dog" => Dog(DogData),
    }
}

open_enum! {
    /// The kind of a pet.
    pub enum PetKind {
        /// A cat, as `cat`.
        Cat = "cat",
        /// A dog.
        Dog = "dog",
    }
}
"#;

const OPERATIONS: &str = r#"
operation! {
    /// Creates a pet.
    ///
    /// Sends `POST /v1/pets/` with the access token, with `request` as JSON.
    ///
    /// Scopes: `pets:write`.
    ///
    /// Not idempotent: it is never sent again unless it certainly did not reach Polar or was not
    /// carried out.
    ///
    /// # Errors
    ///
    /// Observed:
    ///
    /// - 401 `Unauthorized`: There is no token, or Polar does not know it.
    ///
    /// Read in Polar's server:
    ///
    /// - 400 `InvalidQuantityError`: The number of seats or units is outside the tiers of the
    ///   price.
    /// - 401 `invalid_token`: The token is expired, revoked or malformed.
    /// - 403 `NotPermitted`: The pet is asleep.
    /// - 403 `insufficient_scope`: The token lacks the scope.
    /// - 422 `RequestValidationError`: A value is missing or malformed.
    ///
    /// Documented by Polar, but not observed:
    ///
    /// - 403 `CinemaFull`: The cinema is full.
    ///
    /// # After a lost response
    ///
    /// List the pets.
    pub struct Create {
        /// The body of the request.
        body request: polar_types::pets::PetCreate,
    }
    "pets.create": POST ["/v1/pets/"] => polar_types::pets::Pet;
    non_idempotent AccessToken [CREATED] json;
    Pets::create(request: polar_types::pets::PetCreate);
    recovery "List the pets.";
    secrets request;
}
"#;

fn document(text: &str) -> Document {
    let json: Json = serde_json::from_str(text).unwrap();
    Document::read(&json).unwrap()
}

fn planned<'a>(document: &'a Document, overlay: &'a Overlay) -> (Plan<'a>, Vec<Resource>) {
    let mut plan = Plan::new(document, overlay);
    plan.types();
    let resources = plan.operations(&Observed::read(ERRORS).unwrap());
    plan.describe();
    plan.constructors();
    plan.check_docs();
    plan.check_free_form();
    (plan, resources)
}

fn generated(overlay: &str, pages: &str) -> Result<(Files, Files), String> {
    let document = document(DOCUMENT);
    let overlay = Overlay::read(overlay, pages)?;
    let (plan, resources) = planned(&document, &overlay);
    plan.check()?;
    Ok((render::types(&plan), render::operations(&resources)))
}

#[test]
fn small_document_is_generated() {
    let (types, operations) = generated(OVERLAY, PAGES).unwrap();
    let files: Vec<&String> = types.keys().collect();
    assert_eq!(files, ["ids.rs", "mod.rs", "pets.rs"]);
    assert!(types["ids.rs"].contains("/// The id of a pet.\n    PetId, \"a pet id\";"));
    let (uses, items) = types["pets.rs"].split_once("};\n").unwrap();
    assert!(
        uses.contains("use crate::{PetId, Secret, Timestamp, value::{object, open_enum, union}")
    );
    assert_eq!(items, TYPES);

    let pets = &operations["pets.rs"];
    assert!(pets.contains(OPERATIONS), "{pets}");
    assert!(pets.contains("        list kind: polar_types::pets::PetKind,\n"));
    assert!(pets.contains("        query page: u32,\n"));
    assert!(pets.contains("    paged polar_types::pets::Pet;\n"));
}

#[test]
fn json_needs_a_reason() {
    let json = OVERLAY.replace("crate::Secret", "crate::RawJson");
    assert_eq!(
        generated(&json, PAGES).unwrap_err(),
        "overlay.toml does not fit the document:\n  \
         [free_form] does not say why pets::PetCreate.secret_name is JSON"
    );
    let reason = "[free_form]\n\"pets::PetCreate.secret_name\" = \"Any name.\"\n";
    assert!(generated(&format!("{reason}{json}"), PAGES).is_ok());
    assert_eq!(
        generated(&format!("{reason}{OVERLAY}"), PAGES).unwrap_err(),
        "overlay.toml does not fit the document:\n  \
         [free_form] pets::PetCreate.secret_name is not JSON"
    );
}

#[test]
fn requests_have_named_constructors() {
    let union = r##""PetUpdate": {"description": "A change of a pet.", "oneOf": [
        {"$ref": "#/components/schemas/PetName"}, {"$ref": "#/components/schemas/PetSale"}]},
      "PetName": {"description": "A new name.", "type": "object", "properties": {
        "name": {"type": "string", "description": "The name."},
        "note": {"type": "string", "description": "A note."}}, "required": ["name"]},
      "PetSale": {"description": "Sells the pet.", "type": "object", "properties": {
        "sold": {"type": "boolean", "description": "Whether it is sold."}}, "required": ["sold"]},
      "PetCreate":"##;
    let text = DOCUMENT.replace("\"PetCreate\":", union);
    let text = text.replacen("schemas/PetCreate\"}", "schemas/PetUpdate\"}", 1);
    let overlay = r#"
[unions]
PetUpdate = { form = "keyed" }
[constructors]
"PetUpdate.sell" = { variant = "Sale", values = { sold = "true" }, docs = "Sells it." }
"#;
    let overlay = format!("{overlay}{OVERLAY}");
    let document = document(&text);
    let read = Overlay::read(&overlay, PAGES).unwrap();
    let (plan, _) = planned(&document, &read);
    let pets = &render::types(&plan)["pets.rs"];
    let constructors = r"
impl PetUpdate {
    /// Returns a new name.
    ///
    /// For the optional fields, build a [`PetName`].
    #[must_use]
    pub fn name(name: impl Into<String>) -> Self {
        Self::Name(PetName::new(name))
    }

    /// Sells it.
    #[must_use]
    pub fn sell() -> Self {
        Self::Sale(PetSale::new(true))
    }
}
";
    assert!(pets.contains(constructors), "{pets}");

    let wrong = overlay.replace("sold = \"true\"", "bought = \"true\"");
    let wrong = Overlay::read(&wrong, PAGES).unwrap();
    let (plan, _) = planned(&document, &wrong);
    assert!(
        plan.problems
            .contains("[constructors] crate::pets::PetSale has no field bought"),
        "{:?}",
        plan.problems
    );
}

#[test]
fn missing_entries_of_the_overlay_are_all_reported() {
    let overlay = OVERLAY
        .replace("\"Cat\" = \"PetId\"", "")
        .replace("Pet = \"A pet.\"", "")
        .replace("\"*Kind.*\"", "\"*Sort.*\"")
        .replace("chip = ", "chips = ");
    let pages = PAGES
        .replace("recovery = \"List the pets.\"", "")
        .replace("NotPermitted", "Asleep");
    let report = generated(&overlay, &pages).unwrap_err();
    for problem in [
        "[ids] or [id_of] has no type for Cat.id",
        "[docs.types] has no entry for Pet\n",
        "[docs.words] has no entry for PetKind.cat",
        "[docs.words] *Sort.* belongs to nothing",
        "[docs.fields] has no entry for chip (DogData.chip)",
        "[docs.fields] chips belongs to nothing",
        "operations.toml: pets:create: a write without `recovery`",
        "operations.toml: pets:create: ErrorName of polar-types has no Asleep",
    ] {
        assert!(report.contains(problem), "no {problem:?} in {report}");
    }
}

#[test]
fn stale_entries_of_the_overlay_are_reported() {
    let overlay = r#"
        [types]
        "Pet.size" = "String"
        "pets/list.page" = "u32"
        "pets/list.pages" = "u32"
        "pets/feed.body" = "String"
        [id_of]
        "Cat*" = "CatId"
        "*Bird" = "BirdId"
        pets = "PetId"
        "pets/sell" = "PetId"
        [request_choices]
        PetCreate = { key = "kind", tags = [] }
        PetUpdate = { key = "kind", tags = [] }
        [operations."pets:feed"]
        by_hand = true
    "#;
    let overlay = Overlay::read(overlay, "[\"pets:sell\"]").unwrap();
    assert_eq!(
        stale(&overlay, &document(DOCUMENT)),
        [
            "[operations] the document has no operation pets:feed",
            "operations.toml: the document has no operation pets:sell",
            "[types] the document does not fit Pet.size",
            "[types] the document does not fit pets/feed.body",
            "[types] the document does not fit pets/list.pages",
            "[id_of] the document has no schema or operation *Bird",
            "[id_of] the document has no schema or operation pets/sell",
            "[request_choices] the document has no schema PetUpdate",
        ]
    );
}

#[test]
fn documents_with_unknown_references_are_refused() {
    let json: Json =
        serde_json::from_str(&DOCUMENT.replace("schemas/CatData\"}", "schemas/Tiger\"}")).unwrap();
    let error = Document::read(&json).unwrap_err();
    assert_eq!(error, "Cat: the document has no schema Tiger");
}

#[test]
fn differences_of_two_documents_are_those_of_the_public_api() {
    let overlay = Overlay::read(OVERLAY, PAGES).unwrap();
    let old = document(DOCUMENT);
    let new = document(
        &DOCUMENT
            .replace("\"cat\", \"dog\"]", "\"cat\", \"dog\", \"fish\"]")
            .replace(
                "\"lives\": {\"type\": \"integer\"",
                "\"lives\": {\"type\": \"number\"",
            )
            .replace("\"chip\"", "\"tag\""),
    );
    let (old_plan, old_resources) = planned(&old, &overlay);
    let (new_plan, new_resources) = planned(&new, &overlay);
    let lines = differences(
        &surface(&old_plan, &old_resources),
        &surface(&new_plan, &new_resources),
    );
    assert_eq!(
        lines,
        [
            "~ field pets::CatData.lives: required i64 (`lives`), now required f64 (`lives`)",
            "- field pets::DogData.chip: optional String (`chip`)",
            "+ field pets::DogData.tag: optional String (`tag`)",
            "+ variant pets::PetKind, `fish`",
        ]
    );
}
