//go:build !noasm

package kernel

// neon has products in assembly; every arm64 processor has its vectors.
var neon = withTiles("neon", tilesNEON)

func withTiles(name string, t *tiles) path {
	p := portable
	p.name, p.tiles = name, t
	return p
}

// paths are the ways that this processor can take, the fastest last.
func paths() []path { return []path{portable, neon} }
