package gpu

import "fmt"

// productLauncher launches a product: of op(a) (m,k) and op(b) (k,n).
type productLauncher func(transA, transB bool, m, n, k int, accumulate bool) launch

// tensorTile is a tile of a product on tensor cores: product_tf32.cuh.
type tensorTile struct {
	rows, columns int64
	threads       int
}

// tensorTiles are from the smallest to the largest. The largest reads the least of its operands for each product, which is what
// products of large matrices wait for.
var tensorTiles = []tensorTile{{64, 64, 128}, {128, 128, 128}, {256, 128, 256}}

const (
	tensorSteps = 16 // of the summed index, in a part of a tile
	tensorParts = 4  // in shared memory
)

// shared is the bytes of a block's parts.
func (t tensorTile) shared() int {
	return floatBytes * tensorParts * tensorSteps * int(t.rows+t.columns)
}

// blocks is how many tiles a matrix has.
func (t tensorTile) blocks(m, n int) int64 {
	return blocksOf(int64(m), t.rows) * blocksOf(int64(n), t.columns)
}

// tensorTileOf is the largest of which there are many, and of which no more than half of either side is empty.
func tensorTileOf(m, n int) tensorTile {
	tile := tensorTiles[0]
	for _, larger := range tensorTiles[1:] {
		full := int64(m) > larger.rows/2 && int64(n) > larger.columns/2
		if full && larger.blocks(m, n) >= manyTiles || blocksOf(int64(n), tile.columns) > mostAcross {
			tile = larger
		}
	}
	return tile
}

// tensorProducts names the kernels by the transposes of a and b, without the rows of their tiles.
var tensorProducts = [2][2]string{{"product_tf32_nn", "product_tf32_nt"}, {"product_tf32_tn", "product_tf32_tt"}}

func (t tensorTile) kernel(transA, transB bool) string {
	return fmt.Sprintf("%s_%d", tensorProducts[boolean(transA)][boolean(transB)], t.rows)
}

func tensorLaunch(transA, transB bool, m, n, k int, accumulate bool) launch {
	t := tensorTileOf(m, n)
	l := newProductLaunch(t.kernel(transA, transB), t.rows, t.columns, t.threads, m, n, k, accumulate)
	l.shared = t.shared()
	return l
}

// dynamicShared is the bytes of dynamic shared memory of the kernels that take some.
func dynamicShared() map[string]int {
	all := map[string]int{}
	for _, t := range tensorTiles {
		for i := range 4 {
			all[t.kernel(i&1 != 0, i&2 != 0)] = t.shared()
		}
	}
	return all
}
