package llama

import (
	"fmt"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// NumericsID is the arithmetic of training on a CPU.
const NumericsID = kernel.NumericsID

// Config is the shape of a model.
type Config struct {
	Vocab        int `json:"vocab"`        // V, ids of the input and of the output
	Hidden       int `json:"hidden"`       // C
	Intermediate int `json:"intermediate"` // I, width of the feed-forward part
	Layers       int `json:"layers"`
	Heads        int `json:"heads"`
	Context      int `json:"context"` // T, tokens of a document
}

// Check says what is wrong with a configuration.
func (c Config) Check() error {
	switch {
	case c.Vocab < 1 || c.Hidden < 1 || c.Intermediate < 1 || c.Layers < 1 || c.Heads < 1:
		return fmt.Errorf("model %+v: every size must be positive", c)
	case c.Context < 2:
		return fmt.Errorf("model %+v: a context below 2 has no next token", c)
	case c.Hidden%c.Heads != 0:
		return fmt.Errorf("model %+v: hidden size %d isn't divisible by %d heads", c, c.Hidden, c.Heads)
	case c.Hidden/c.Heads%2 != 0:
		return fmt.Errorf("model %+v: rotary embeddings need heads of an even size, not %d", c, c.Hidden/c.Heads)
	}
	return nil
}

// Params is N, all parameters.
func (c Config) Params() int { return c.NonEmbeddingParams() + 2*c.Vocab*c.Hidden }

// NonEmbeddingParams is N without the input and the output embedding.
func (c Config) NonEmbeddingParams() int { return c.blockWeights() + (2*c.Layers+1)*c.Hidden }

// blockWeights counts the matrices of all layers.
func (c Config) blockWeights() int {
	return c.Layers * (4*c.Hidden*c.Hidden + 3*c.Hidden*c.Intermediate)
}

// FLOPsPerToken is what a training step really does for each token in its products: 6 for every weight but the input
// embedding's, and causal attention, where a position sees (T+1)/2 on average.
func (c Config) FLOPsPerToken() float64 {
	weights := c.blockWeights() + c.Vocab*c.Hidden
	return 6 * float64(weights+c.Layers*c.Hidden*(c.Context+1))
}

// shapes of all operations on some documents.
func (c Config) shapes(documents int) kernel.Shape {
	return kernel.Shape{AttentionShape: c.shape(documents), Intermediate: c.Intermediate, Vocab: c.Vocab}
}

// shape of the attention over a batch.
func (c Config) shape(batch int) kernel.AttentionShape {
	return kernel.AttentionShape{Batch: batch, Time: c.Context, Heads: c.Heads, Size: c.Hidden / c.Heads}
}
