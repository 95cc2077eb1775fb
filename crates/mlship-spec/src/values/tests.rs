//! Tests of what the values share.
