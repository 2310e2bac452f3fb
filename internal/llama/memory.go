package llama

// logitRows bounds the rows of logits that are held at once, and logitFloats their size where rows are short: 128
// rows of 32,001 ids are 16 MB, and 512 of 256 ids half a megabyte, which stays in a processor's cache.
const (
	logitRows   = 128
	logitFloats = 1 << 17
)

func (c Config) logitRows(batch int) int {
	return min(batch*c.Context, max(logitRows, logitFloats/c.Vocab))
}

// floatsPerRow counts what a position takes in the arena of activations, in the order of newActivations.
func (c Config) floatsPerRow() int {
	layer := 6*c.Hidden + 2*c.Intermediate + 2*c.Heads + 2
	shared := 4*c.Hidden + c.workPerRow() + 2
	return c.Layers*layer + shared
}

// workPerRow is the memory that the attention's and the feed-forward part's gradients share: dqkv and datt, or
// dgateUp, act and dact.
func (c Config) workPerRow() int { return 4 * max(c.Hidden, c.Intermediate) }

// deviceFloats counts all numbers that training holds on its device.
func (c Config) deviceFloats(batch int) int64 {
	n, rows := int64(c.Params()), int64(batch)*int64(c.Context)
	state := 4*n + stepFactors + 1 + lossSlots
	rope := int64(c.Context) * int64(c.Hidden/c.Heads)
	logits := int64(c.logitRows(batch)) * int64(c.Vocab)
	tokens := 2 * rows
	return state + rope + logits + tokens + rows*int64(c.floatsPerRow())
}

// scratchFloats counts what a CPU takes beside: the transposed matrices of the head and of a layer, and a thread's rows.
func (c Config) scratchFloats() int64 {
	transposed := int64(c.Vocab) + int64(max(3*c.Hidden, 2*c.Intermediate))
	return transposed*int64(c.Hidden) + int64(64*c.Context+c.Hidden)
}

// MemoryBytes estimates the memory of training with a batch of documents on a CPU: parameters, gradients, moments,
// activations, scratch, and one snapshot.
func (c Config) MemoryBytes(batch int) int64 {
	return 4 * (c.deviceFloats(batch) + c.scratchFloats() + 3*int64(c.Params()))
}
