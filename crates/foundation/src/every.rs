//! Every variant of an enum, said once.

/// Gives an enum `ALL`; with codes also `code` and `from_code`; with messages also `message`. A variant that its
/// table lacks does not compile: nothing that goes through all of them can leave one out.
///
/// ```
/// use lianxin_foundation::every;
///
/// /// How often.
/// #[derive(Debug, Clone, Copy, PartialEq)]
/// pub enum Often {
///     /// Once a day.
///     Daily,
///     /// Once a week.
///     Weekly,
/// }
///
/// every! {
///     /// The most frequent first.
///     Often {
///         Daily  = "daily",  "often-daily";
///         Weekly = "weekly", "often-weekly";
///     }
/// }
///
/// assert_eq!(Often::ALL, [Often::Daily, Often::Weekly]);
/// assert_eq!(Often::from_code("weekly").map(Often::message), Some("often-weekly"));
/// ```
#[macro_export]
macro_rules! every {
    ($(#[$doc:meta])* $kind:ident { $($one:ident),+ $(,)? }) => {
        impl $kind {
            $(#[$doc])*
            pub const ALL: [$kind; [$(stringify!($one)),+].len()] = [$($kind::$one),+];
        }

        const _: fn($kind) = |one| match one {
            $($kind::$one => {})+
        };
    };
    ($(#[$doc:meta])* $kind:ident { $($one:ident = $code:literal;)+ }) => {
        $crate::every! { $(#[$doc])* $kind { $($one),+ } }

        impl $kind {
            /// The stable code in tables, addresses, files and the API.
            pub fn code(self) -> &'static str {
                match self {
                    $($kind::$one => $code,)+
                }
            }

            /// The one with this code.
            pub fn from_code(code: &str) -> Option<$kind> {
                $kind::ALL.into_iter().find(|one| one.code() == code)
            }
        }
    };
    ($(#[$doc:meta])* $kind:ident { $($one:ident = $code:literal, $message:literal;)+ }) => {
        $crate::every! { $(#[$doc])* $kind { $($one = $code;)+ } }

        impl $kind {
            /// The message id of its name.
            pub fn message(self) -> &'static str {
                match self {
                    $($kind::$one => $message,)+
                }
            }
        }
    };
}
