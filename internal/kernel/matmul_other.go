//go:build !amd64 || noasm

package kernel

func choose() path { return portable }

// paths are the ways that this processor can take.
func paths() []path { return []path{portable} }
