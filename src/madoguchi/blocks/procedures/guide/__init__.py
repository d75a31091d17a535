"""The life-event guide as an engine: rules as data in, the next question and the list out."""
