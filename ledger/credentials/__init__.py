"""The certificate in the code, its picture, and the verdict about it."""
