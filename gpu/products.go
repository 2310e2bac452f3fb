package gpu

import (
	"fmt"
	"slices"
)

// products are the kernels of matrix products in a precision: one for each pair of transposes, and each tile.
type products struct {
	kernels string // what their names begin with
	tiles   []tile // from the smallest to the largest
}

// tile is the part of a product that a block computes.
type tile struct {
	rows, columns int64
	threads       int
	shared        int // bytes of dynamic shared memory
}

// float32Products have the tiles of product.cuh.
var float32Products = products{"product", []tile{{32, 32, tileThreads, 0}, {64, 64, tileThreads, 0}, {largeTile, largeTile, tileThreads, 0}}}

// tensorProducts have the tiles of product_tf32.cuh. The largest reads the least of its operands for each product, which is what
// products of large matrices wait for.
var tensorProducts = products{"product_tf32", []tile{tensorTile(64, 64, 128), tensorTile(128, 128, 128), tensorTile(256, 128, 256)}}

// tensorTile has four parts of 16 steps of the summed index in shared memory.
func tensorTile(rows, columns int64, threads int) tile {
	const parts, steps = 4, 16
	return tile{rows, columns, threads, floatBytes * parts * steps * int(rows+columns)}
}

// manyTiles is the number of tiles from which a product takes them: fewer would leave multiprocessors without work. It is a
// number for all devices, though bits don't depend on tiles.
const manyTiles = 128

// mostAcross is the most tiles of a grid's second side.
const mostAcross = 1<<16 - 1

// tileOf is the largest tile of which there are many, and of which no more than half of either side is empty.
func (p products) tileOf(m, n int) tile {
	t := p.tiles[0]
	for _, larger := range p.tiles[1:] {
		full := int64(m) > larger.rows/2 && int64(n) > larger.columns/2
		many := blocksOf(int64(m), larger.rows)*blocksOf(int64(n), larger.columns) >= manyTiles
		if full && many || blocksOf(int64(n), t.columns) > mostAcross {
			t = larger
		}
	}
	return t
}

// forms are the pairs of transposes, of a and then of b, as kernels' names have them.
var forms = [2][2]string{{"nn", "nt"}, {"tn", "tt"}}

// kernel names tiles by their rows.
func (p products) kernel(form string, t tile) string {
	return fmt.Sprintf("%s_%s_%d", p.kernels, form, t.rows)
}

// LongestSide is the most rows, or columns, that a matrix may have: kernels count the numbers of some rows in 32 bits, and a grid
// has at most 65,535 tiles across.
const LongestSide = 1<<22 - 1

// launch is the product of op(a) (m,k) and op(b) (k,n).
func (p products) launch(transA, transB bool, m, n, k int, accumulate bool) launch {
	if max(m, n, k) > LongestSide {
		panic(fmt.Sprintf("gpu: a product of %d by %d by %d, each at most %d", m, n, k, LongestSide))
	}
	t := p.tileOf(m, n)
	l := newLaunch(p.kernel(forms[boolean(transA)][boolean(transB)], t), 1, 2, blocksOf(int64(m), t.rows), t.threads,
		integer(m), integer(n), integer(k), boolean(accumulate))
	l.grid[1] = blocksOf(int64(n), t.columns)
	l.shared = t.shared
	return l
}

// dynamicShared is the bytes of dynamic shared memory of the kernels that take some.
func dynamicShared() map[string]int {
	all := map[string]int{}
	for _, t := range tensorProducts.tiles {
		for _, form := range slices.Concat(forms[0][:], forms[1][:]) {
			all[tensorProducts.kernel(form, t)] = t.shared
		}
	}
	return all
}
