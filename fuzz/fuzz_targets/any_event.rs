#![cfg_attr(fuzzing, no_main)]

polar_fuzz::program!(any_event);
