//go:build !noasm

package kernel

//go:generate sh -c "cd gen && go run ./neon -out ../matmul_arm64.s -stubs ../matmul_stubs_arm64.go"

var tilesNEON = &tiles{
	columns: 16,
	widths: []width{
		{columns: 8, steps: 1, whole: true, functions: [2][]tile{
			{tileNEONr1v2, tileNEONr2v2, tileNEONr3v2, tileNEONr4v2, tileNEONr5v2, tileNEONr6v2},
			{tileNEONr1v2across, tileNEONr2v2across, tileNEONr3v2across, tileNEONr4v2across, tileNEONr5v2across, tileNEONr6v2across},
		}},
		{columns: 16, steps: 1, whole: true, functions: [2][]tile{
			{tileNEONr1v4, tileNEONr2v4, tileNEONr3v4, tileNEONr4v4, tileNEONr5v4, tileNEONr6v4},
			{tileNEONr1v4across, tileNEONr2v4across, tileNEONr3v4across, tileNEONr4v4across, tileNEONr5v4across, tileNEONr6v4across},
		}},
	},
}
