package kernel

// Embed implements Backend.
func (c *cpuOperations) Embed(x, table Buffer, tokens IDs) {
	t := &c.tasks.embed
	*t = embedForward{floats(x), floats(table), ids(tokens), x.Len() / tokens.Len()}
	c.split(t, tokens.Len(), 1)
}

// EmbedBackward implements Backend. Threads share the columns, not the rows: two rows may have one id.
func (c *cpuOperations) EmbedBackward(dtable, dx Buffer, tokens IDs) {
	t := &c.tasks.embedBackward
	*t = embedBackward{floats(dtable), floats(dx), ids(tokens), dx.Len() / tokens.Len()}
	c.order.await(0)
	c.split(t, t.c, 16)
	c.order.pass()
}

// EmbedClear implements Backend.
func (c *CPU) EmbedClear(dtable Buffer, tokens IDs, width int) {
	d := floats(dtable)
	for _, id := range ids(tokens) {
		clear(d[int(id)*width : (int(id)+1)*width])
	}
}

type embedForward struct {
	x     []float32 // (R,C)
	table []float32 // (V,C)
	ids   []int32   // (R)
	c     int
}

func (e *embedForward) part(_, from, to int) {
	for r := from; r < to; r++ {
		id := int(e.ids[r])
		copy(e.x[r*e.c:(r+1)*e.c], e.table[id*e.c:(id+1)*e.c])
	}
}

type embedBackward struct {
	dtable []float32 // (V,C)
	dx     []float32 // (R,C)
	ids    []int32   // (R)
	c      int
}

func (e *embedBackward) part(_, from, to int) {
	for r, id := range e.ids {
		dx := e.dx[r*e.c+from : r*e.c+to]
		d := e.dtable[int(id)*e.c+from : int(id)*e.c+to]
		current.add(d, d, dx)
	}
}
