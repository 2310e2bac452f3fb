//go:build !noasm

package kernel

//go:generate sh -c "cd gen && go run ./matmul -out ../matmul_amd64.s -stubs ../matmul_stubs_amd64.go -pkg kernel"

var tilesAVX512 = &tiles{
	columns: 32,
	widths: []width{
		{columns: 16, steps: 2, functions: vectorsAVX512},
		{columns: 32, steps: 2, functions: pairsAVX512},
	},
	packRows: packRowsAVX512,
}

// tilesAVX512InHalves are for a processor that takes a vector of AVX-512 in two halves: where C has so few columns that each element of A is
// multiplied with one of its vectors, that element's broadcast takes as long as the multiplication. Vectors of AVX2 take half as long for it.
var tilesAVX512InHalves = &tiles{
	columns: 32,
	widths: []width{
		{columns: 8, steps: 4, functions: vectorsAVX2},
		{columns: 16, steps: 4, functions: pairsAVX2},
		{columns: 32, steps: 2, functions: pairsAVX512},
	},
	packRows: packRowsAVX512,
}

var tilesAVX2 = &tiles{
	columns: 16,
	widths: []width{
		{columns: 8, steps: 4, functions: vectorsAVX2},
		{columns: 16, steps: 4, functions: pairsAVX2},
	},
	packRows: packRowsAVX2,
}

// Tiles of one vector, and of a pair of vectors, in each row.
var (
	vectorsAVX512 = [2][]tile{
		{
			tileAVX512r1v1, tileAVX512r2v1, tileAVX512r3v1, tileAVX512r4v1, tileAVX512r5v1, tileAVX512r6v1,
			tileAVX512r7v1, tileAVX512r8v1, tileAVX512r9v1, tileAVX512r10v1, tileAVX512r11v1, tileAVX512r12v1,
		},
		{
			tileAVX512r1v1across, tileAVX512r2v1across, tileAVX512r3v1across, tileAVX512r4v1across, tileAVX512r5v1across, tileAVX512r6v1across,
			tileAVX512r7v1across, tileAVX512r8v1across, tileAVX512r9v1across, tileAVX512r10v1across, tileAVX512r11v1across, tileAVX512r12v1across,
		},
	}
	pairsAVX512 = [2][]tile{
		{
			tileAVX512r1v2, tileAVX512r2v2, tileAVX512r3v2, tileAVX512r4v2, tileAVX512r5v2, tileAVX512r6v2,
			tileAVX512r7v2, tileAVX512r8v2, tileAVX512r9v2, tileAVX512r10v2, tileAVX512r11v2, tileAVX512r12v2,
		},
		{
			tileAVX512r1v2across, tileAVX512r2v2across, tileAVX512r3v2across, tileAVX512r4v2across, tileAVX512r5v2across, tileAVX512r6v2across,
			tileAVX512r7v2across, tileAVX512r8v2across, tileAVX512r9v2across, tileAVX512r10v2across, tileAVX512r11v2across, tileAVX512r12v2across,
		},
	}
	vectorsAVX2 = [2][]tile{
		{
			tileAVX2r1v1, tileAVX2r2v1, tileAVX2r3v1, tileAVX2r4v1, tileAVX2r5v1, tileAVX2r6v1,
			tileAVX2r7v1, tileAVX2r8v1, tileAVX2r9v1, tileAVX2r10v1, tileAVX2r11v1, tileAVX2r12v1,
		},
		{
			tileAVX2r1v1across, tileAVX2r2v1across, tileAVX2r3v1across, tileAVX2r4v1across, tileAVX2r5v1across, tileAVX2r6v1across,
			tileAVX2r7v1across, tileAVX2r8v1across, tileAVX2r9v1across, tileAVX2r10v1across, tileAVX2r11v1across, tileAVX2r12v1across,
		},
	}
	pairsAVX2 = [2][]tile{
		{tileAVX2r1v2, tileAVX2r2v2, tileAVX2r3v2, tileAVX2r4v2, tileAVX2r5v2, tileAVX2r6v2},
		{tileAVX2r1v2across, tileAVX2r2v2across, tileAVX2r3v2across, tileAVX2r4v2across, tileAVX2r5v2across, tileAVX2r6v2across},
	}
)
