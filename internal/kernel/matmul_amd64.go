//go:build !noasm

package kernel

//go:generate sh -c "cd gen && go run ./matmul -out ../matmul_amd64.s -stubs ../matmul_stubs_amd64.go -pkg kernel"

const float = 4 // bytes

// block computes some rows of C by some columns. Strides are in bytes; masked blocks take the number of columns.
type block func(k uintptr, a *float32, aRow, aCol uintptr, b *float32, bRow uintptr, c *float32, cRow, columns uintptr, load bool)

// panel is the blocks for a number of columns, those with most rows first.
type panel struct {
	least, most int // columns
	blocks      []rowsBlock
}

type rowsBlock struct {
	rows int
	run  block
}

var panelsAVX512 = []panel{
	{17, 32, []rowsBlock{{8, blockAVX512r8v2}, {4, blockAVX512r4v2}, {2, blockAVX512r2v2}, {1, blockAVX512r1v2}}},
	{1, 16, []rowsBlock{{8, blockAVX512r8v1}, {4, blockAVX512r4v1}, {2, blockAVX512r2v1}, {1, blockAVX512r1v1}}},
}

var panelsAVX2 = []panel{
	{16, 16, []rowsBlock{{6, blockAVX2r6v2}, {4, blockAVX2r4v2}, {2, blockAVX2r2v2}, {1, blockAVX2r1v2}}},
	{9, 15, []rowsBlock{{4, blockAVX2r4v2masked}, {2, blockAVX2r2v2masked}, {1, blockAVX2r1v2masked}}},
	{8, 8, []rowsBlock{{6, blockAVX2r6v1}, {4, blockAVX2r4v1}, {2, blockAVX2r2v1}, {1, blockAVX2r1v1}}},
	{1, 7, []rowsBlock{{4, blockAVX2r4v1masked}, {2, blockAVX2r2v1masked}, {1, blockAVX2r1v1masked}}},
}

func runAVX512(p product) { runPanels(&p, panelsAVX512) }

func runAVX2(p product) { runPanels(&p, panelsAVX2) }

// runPanels covers C panel by panel.
func runPanels(p *product, panels []panel) {
	for j := 0; j < p.n; {
		x := widest(panels, p.n-j)
		columns := min(p.n-j, x.most)
		i := 0
		for _, b := range x.blocks {
			for ; i+b.rows <= p.m; i += b.rows {
				b.run(uintptr(p.k), &p.a[i*p.aRow], uintptr(p.aRow*float), uintptr(p.aCol*float), &p.b[j], uintptr(p.ldb*float),
					&p.c[i*p.ldc+j], uintptr(p.ldc*float), uintptr(columns), p.load)
			}
		}
		j += columns
	}
}

// widest is the panel for at most n columns.
func widest(panels []panel, n int) *panel {
	for i := range panels {
		if panels[i].least <= n {
			return &panels[i]
		}
	}
	panic("kernel: no panel for no columns")
}
