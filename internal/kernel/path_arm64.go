//go:build !noasm

package kernel

// neon has products in assembly; every arm64 processor has its vectors.
var neon = func() path {
	p := withTiles(portable, tilesNEON)
	p.name = "neon"
	return p
}()

// paths are the ways that this processor can take, the fastest last.
func paths() []path { return []path{portable, neon} }
