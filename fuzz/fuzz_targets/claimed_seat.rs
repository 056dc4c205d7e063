#![cfg_attr(fuzzing, no_main)]

polar_fuzz::program!(claimed_seat);
