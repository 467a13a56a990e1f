"""How each rule would be broken: one file a noun, one function a breach; its name is what happens."""
