//! The tables that the generated operations are written as.
//!
//! A `resource!` is the struct that has the methods of one resource, over the client or over a portal
//! session. An `operation!` is a value and its method on both clients. Before each field stands what it
//! becomes:
//!
//! | rule | type | where it is sent |
//! |---|---|---|
//! | `path` | `T` | in the path |
//! | `secret` | `Secret` | in the path |
//! | `body` | `T` | as the body |
//! | `required` | `T` | in the query |
//! | `secret_query` | `Secret` | in the query |
//! | `query` | `Option<T>` | in the query, if it is set |
//! | `list` | `Vec<T>` | in the query, the key once for each item |
//! | `pairs` | `Vec<(String, T)>` | in the query, as `key[name]=value` |

/// The struct that has the methods of a resource.
macro_rules! resource {
    ($(#[$doc:meta])* pub struct $name:ident over client as $method:ident;) => {
        $crate::operation::table::resource! { @ $(#[$doc])* $name &'a C }

        impl $crate::Client {
            $(#[$doc])*
            #[must_use]
            pub const fn $method(&self) -> $name<'_, Self> {
                $name { via: self, of: std::marker::PhantomData }
            }
        }

        impl $crate::blocking::Client {
            $(#[$doc])*
            #[must_use]
            pub const fn $method(&self) -> $name<'_, Self> {
                $name { via: self, of: std::marker::PhantomData }
            }
        }
    };
    ($(#[$doc:meta])* pub struct $name:ident over portal as $method:ident;) => {
        $crate::operation::table::resource! { @ $(#[$doc])* $name $crate::CustomerPortal<'a, C> }

        impl<'a, C> $crate::CustomerPortal<'a, C> {
            $(#[$doc])*
            #[must_use]
            pub const fn $method(&self) -> $name<'a, C> {
                $name { via: *self, of: std::marker::PhantomData }
            }
        }
    };
    (@ $(#[$doc:meta])* $name:ident $via:ty) => {
        $crate::client::clients! { $name }

        $(#[$doc])*
        ///
        /// The methods of one client are on the pages of [`Async`] and [`Blocking`].
        #[derive(Debug)]
        pub struct $name<'a, C> {
            pub(crate) via: $via,
            of: std::marker::PhantomData<&'a C>,
        }

        // By hand: a derived one would ask the client for the same.
        impl<C> Clone for $name<'_, C> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<C> Copy for $name<'_, C> {}
    };
}

/// One operation: a value, and a method on both clients.
macro_rules! operation {
    (
        $(#[$doc:meta])*
        pub struct $name:ident {
            $( $(#[$field_doc:meta])* $rule:ident $field:ident $(as $key:literal)?: $type:ty, )*
        }
        $label:literal: $http:ident [$first:literal $($part:tt)*] => $output:ty;
        $idempotency:ident $auth:ident [$($status:ident)*] $format:ident;
        $resource:ident::$method:ident $args:tt;
        $(recovery $recovery:literal;)?
        $(secrets $($secret:ident)+;)?
        $(paged $item:ty;)?
        $(max_body $max_body:literal;)?
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[$field_doc])* pub $field: $crate::operation::table::field_type!($rule $type), )*
        }

        impl $name {
            $crate::operation::table::constructor! { [] [] $( $rule $field: $type, )* }
            $( $crate::operation::table::setter! { $(#[$field_doc])* $rule $field: $type } )*
        }

        $crate::operation::table::default! { $name $($rule)* }

        impl $crate::Operation for $name {
            type Output = $output;
            const SPEC: $crate::Spec = $crate::operation::table::spec!(
                $idempotency $label $http $auth [$($status)*] $($recovery)?
            )$(.max_body($max_body))?;

            #[inline]
            fn target(&self) -> $crate::Target {
                let target = $crate::Target::new($first);
                $( let target = $crate::operation::table::part!(target self $part); )*
                $( let target = $crate::operation::table::in_query!(
                    target self $rule $field $($key)?
                ); )*
                target
            }

            $( $crate::operation::table::body! { $rule $field $format } )*

            $crate::operation::table::idempotency! { $idempotency }

            $(
                #[inline]
                fn secrets(&self) -> Vec<&str> {
                    [$( polar_types::Secrets::secrets(&self.$secret) ),+].concat()
                }
            )?
        }

        impl $crate::FromRequest for $name {
            #[inline]
            fn route() -> String {
                concat!($first $(, $crate::operation::table::part_of_route!($part))*).to_owned()
            }

            #[inline]
            fn from_request(
                values: &$crate::RequestValues<'_>,
            ) -> Result<Self, $crate::InvalidRequest> {
                // Some operations have no values.
                let _ = values;
                Ok(Self {
                    $( $field: $crate::operation::table::read!(
                        values $format $rule $field $($key)?
                    ), )*
                })
            }
        }

        $(
            impl $crate::Paged for $name {
                type Item = $item;

                #[inline]
                fn page_number(&self) -> Option<u32> {
                    self.page
                }

                #[inline]
                fn with_page(self, page: u32) -> Self {
                    self.page(page)
                }
            }
        )?

        $crate::operation::table::methods! { [$(#[$doc])*] $name $output; $resource $method $args }
    };
}

/// The method on both clients: it takes what the operation needs, or the operation itself.
macro_rules! methods {
    ([$(#[$doc:meta])*] $name:ident $output:ty; $resource:ident $method:ident value) => {
        impl $resource<'_, $crate::Client> {
            $(#[$doc])*
            #[inline]
            pub async fn $method(
                &self,
                operation: impl Into<$name>,
            ) -> Result<$output, $crate::Error> {
                self.via.call(operation.into()).await
            }
        }

        impl $resource<'_, $crate::blocking::Client> {
            $(#[$doc])*
            #[inline]
            pub fn $method(
                &self,
                operation: impl Into<$name>,
            ) -> Result<$output, $crate::Error> {
                self.via.call(operation.into())
            }
        }
    };
    (
        [$(#[$doc:meta])*] $name:ident $output:ty;
        $resource:ident $method:ident($($arg:ident: $type:ty),*)
    ) => {
        impl $resource<'_, $crate::Client> {
            $(#[$doc])*
            #[inline]
            pub async fn $method(
                &self,
                $($arg: impl Into<$type>),*
            ) -> Result<$output, $crate::Error> {
                self.via.call($name::new($($arg),*)).await
            }
        }

        impl $resource<'_, $crate::blocking::Client> {
            $(#[$doc])*
            #[inline]
            pub fn $method(
                &self,
                $($arg: impl Into<$type>),*
            ) -> Result<$output, $crate::Error> {
                self.via.call($name::new($($arg),*))
            }
        }
    };
}

macro_rules! field_type {
    (query $type:ty) => { Option<$type> };
    (list $type:ty) => { Vec<$type> };
    (pairs $type:ty) => { Vec<(String, $type)> };
    ($rule:ident $type:ty) => { $type };
}

macro_rules! constructor {
    ([$($given:ident: $type:ty,)*] [$($rest:ident)*] query $next:ident: $next_type:ty, $($more:tt)*) => {
        $crate::operation::table::constructor! { [$($given: $type,)*] [$($rest)* $next] $($more)* }
    };
    ([$($given:ident: $type:ty,)*] [$($rest:ident)*] list $next:ident: $next_type:ty, $($more:tt)*) => {
        $crate::operation::table::constructor! { [$($given: $type,)*] [$($rest)* $next] $($more)* }
    };
    ([$($given:ident: $type:ty,)*] [$($rest:ident)*] pairs $next:ident: $next_type:ty, $($more:tt)*) => {
        $crate::operation::table::constructor! { [$($given: $type,)*] [$($rest)* $next] $($more)* }
    };
    ([$($given:ident: $type:ty,)*] [$($rest:ident)*] $rule:ident $next:ident: $next_type:ty, $($more:tt)*) => {
        $crate::operation::table::constructor! { [$($given: $type,)* $next: $next_type,] [$($rest)*] $($more)* }
    };
    ([$($given:ident: $type:ty,)*] [$($rest:ident)*]) => {
        /// With what must be there. The setters add the rest.
        #[must_use]
        #[inline]
        pub fn new($($given: impl Into<$type>),*) -> Self {
            Self {
                $( $given: $given.into(), )*
                $( $rest: Default::default(), )*
            }
        }
    };
}

/// `Default` for an operation in which nothing must be there.
macro_rules! default {
    ($name:ident) => {
        impl Default for $name {
            #[inline]
            fn default() -> Self {
                Self::new()
            }
        }
    };
    ($name:ident query $($rest:ident)*) => {
        $crate::operation::table::default! { $name $($rest)* }
    };
    ($name:ident list $($rest:ident)*) => {
        $crate::operation::table::default! { $name $($rest)* }
    };
    ($name:ident pairs $($rest:ident)*) => {
        $crate::operation::table::default! { $name $($rest)* }
    };
    ($name:ident $rule:ident $($rest:ident)*) => {};
}

macro_rules! setter {
    ($(#[$doc:meta])* query $field:ident: $type:ty) => {
        $(#[$doc])*
        #[must_use]
        #[inline]
        pub fn $field(mut self, $field: impl Into<$type>) -> Self {
            self.$field = Some($field.into());
            self
        }
    };
    ($(#[$doc:meta])* list $field:ident: $type:ty) => {
        $(#[$doc])*
        #[must_use]
        #[inline]
        pub fn $field(mut self, $field: impl IntoIterator<Item = impl Into<$type>>) -> Self {
            self.$field = $field.into_iter().map(Into::into).collect();
            self
        }
    };
    ($(#[$doc:meta])* pairs $field:ident: $type:ty) => {
        $(#[$doc])*
        #[must_use]
        #[inline]
        pub fn $field(mut self, key: impl Into<String>, value: impl Into<$type>) -> Self {
            self.$field.push((key.into(), value.into()));
            self
        }
    };
    ($(#[$doc:meta])* $rule:ident $($rest:tt)*) => {};
}

macro_rules! spec {
    (safe $label:literal $http:ident $auth:ident [$($status:ident)*]) => {
        $crate::Spec::read($label, http::Method::$http, $crate::Auth::$auth)
            .expects(&[$(http::StatusCode::$status),*])
    };
    (safe $label:literal $http:ident $auth:ident [$($status:ident)*] $recovery:literal) => {
        $crate::operation::table::spec!(safe $label $http $auth [$($status)*])
    };
    (idempotent $label:literal $http:ident $auth:ident [$($status:ident)*] $recovery:literal) => {
        $crate::Spec::write($label, http::Method::$http, $crate::Auth::$auth, $recovery)
            .idempotent()
            .expects(&[$(http::StatusCode::$status),*])
    };
    // The operation itself may say that it is idempotent.
    (by_request $label:literal $http:ident $auth:ident [$($status:ident)*] $recovery:literal) => {
        $crate::operation::table::spec!(
            non_idempotent $label $http $auth [$($status)*] $recovery
        )
    };
    (non_idempotent $label:literal $http:ident $auth:ident [$($status:ident)*] $recovery:literal) => {
        $crate::Spec::write($label, http::Method::$http, $crate::Auth::$auth, $recovery)
            .expects(&[$(http::StatusCode::$status),*])
    };
}

/// Of an operation that is idempotent or not by what it sends.
macro_rules! idempotency {
    (by_request) => {
        #[inline]
        fn idempotency(&self) -> $crate::Idempotency {
            $crate::operation::by_request(&self.request)
        }
    };
    ($idempotency:ident) => {};
}

macro_rules! part {
    ($target:ident $self:ident $literal:literal) => {
        $target.literal($literal)
    };
    ($target:ident $self:ident ($field:ident)) => {
        $target.segment(stringify!($field), $self.$field.expose())
    };
    ($target:ident $self:ident $field:ident) => {
        $target.segment(stringify!($field), &$self.$field)
    };
}

/// A part of the path with the names of its parameters.
macro_rules! part_of_route {
    ($literal:literal) => {
        $literal
    };
    (($field:ident)) => {
        concat!("{", stringify!($field), "}")
    };
    ($field:ident) => {
        concat!("{", stringify!($field), "}")
    };
}

/// A field, read from a request.
macro_rules! read {
    ($values:ident $format:ident path $field:ident) => {
        $values.path(&Self::route(), stringify!($field))?
    };
    ($values:ident $format:ident secret $field:ident) => {
        polar_types::Secret::from($values.segment(&Self::route(), stringify!($field))?)
    };
    ($values:ident $format:ident body $field:ident) => {
        $values.$format()?
    };
    ($values:ident $format:ident secret_query $field:ident $($key:literal)?) => {
        polar_types::Secret::from($values.one($crate::operation::table::key!($field $($key)?))?)
    };
    ($values:ident $format:ident $rule:ident $field:ident $($key:literal)?) => {
        $values.$rule($crate::operation::table::key!($field $($key)?))?
    };
}

macro_rules! in_query {
    ($target:ident $self:ident path $field:ident $($key:literal)?) => { $target };
    ($target:ident $self:ident secret $field:ident $($key:literal)?) => { $target };
    ($target:ident $self:ident body $field:ident $($key:literal)?) => { $target };
    ($target:ident $self:ident secret_query $field:ident $($key:literal)?) => {
        $target.query($crate::operation::table::key!($field $($key)?), $self.$field.expose())
    };
    ($target:ident $self:ident required $field:ident $($key:literal)?) => {
        $target.query($crate::operation::table::key!($field $($key)?), &$self.$field)
    };
    ($target:ident $self:ident query $field:ident $($key:literal)?) => {
        $target.query_all($crate::operation::table::key!($field $($key)?), &$self.$field)
    };
    ($target:ident $self:ident list $field:ident $($key:literal)?) => {
        $target.query_all($crate::operation::table::key!($field $($key)?), &$self.$field)
    };
    ($target:ident $self:ident pairs $field:ident $($key:literal)?) => {
        $target.query_pairs(
            $crate::operation::table::key!($field $($key)?),
            $self.$field.iter().map(|(name, value)| (name, value)),
        )
    };
}

macro_rules! body {
    (body $field:ident json) => {
        #[inline]
        fn body(&self) -> Result<$crate::Body, $crate::InvalidRequest> {
            $crate::Body::json(&self.$field)
        }
    };
    (body $field:ident form) => {
        #[inline]
        fn body(&self) -> Result<$crate::Body, $crate::InvalidRequest> {
            $crate::Body::form(&self.$field)
        }
    };
    ($rule:ident $field:ident $format:ident) => {};
}

macro_rules! key {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $key:literal) => {
        $key
    };
}

pub(crate) use {
    body, constructor, default, field_type, idempotency, in_query, key, methods, operation, part,
    part_of_route, read, resource, setter, spec,
};
