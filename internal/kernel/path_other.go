//go:build (!amd64 && !arm64) || noasm

package kernel

// paths are the ways that this processor can take.
func paths() []path { return []path{portable} }
