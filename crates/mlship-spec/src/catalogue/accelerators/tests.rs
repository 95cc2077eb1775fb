//! Tests of the table and of looking things up in it.
