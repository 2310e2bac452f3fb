package llama

import "fmt"

// Tensor is one parameter array. Matrices are stored (in, out), so that a row of inputs times the matrix is a row of
// outputs: the transpose of Hugging Face's weights, but for the input embedding.
type Tensor struct {
	Name  string `json:"name"`
	Shape []int  `json:"shape"`
	// Offset is where the tensor begins in the array of all parameters.
	Offset int `json:"offset"`
}

// Len is the number of elements.
func (t Tensor) Len() int {
	n := 1
	for _, d := range t.Shape {
		n *= d
	}
	return n
}

// width is the length of a row, of which a vector has one.
func (t Tensor) width() int { return t.Shape[len(t.Shape)-1] }

// Names of tensors. Those of layers have the layer's number between prefix and suffix, as in layers.0.qkv.
const (
	embedName = "embed" // (V,C)
	headName  = "head"  // (C,V)
	normName  = "norm"  // (C), before the head
)

// Tensors are a model's parameters in their order: first the matrices, then the norms' weights.
//
// In each layer, qkv (C,3C) holds the projections to queries, keys and values side by side, out (C,C) that of the
// attention's output, gate_up (C,2I) gate and up, and down (I,C) the way back.
func (c Config) Tensors() []Tensor {
	var all []Tensor
	offset := 0
	tensor := func(name string, shape ...int) {
		t := Tensor{name, shape, offset}
		all, offset = append(all, t), offset+t.Len()
	}
	tensor(embedName, c.Vocab, c.Hidden)
	for l := range c.Layers {
		tensor(layerName(l, "qkv"), c.Hidden, 3*c.Hidden)
		tensor(layerName(l, "out"), c.Hidden, c.Hidden)
		tensor(layerName(l, "gate_up"), c.Hidden, 2*c.Intermediate)
		tensor(layerName(l, "down"), c.Intermediate, c.Hidden)
	}
	tensor(headName, c.Hidden, c.Vocab)
	for l := range c.Layers {
		tensor(layerName(l, "attention_norm"), c.Hidden)
		tensor(layerName(l, "mlp_norm"), c.Hidden)
	}
	tensor(normName, c.Hidden)
	return all
}

func layerName(layer int, part string) string { return fmt.Sprintf("layers.%d.%s", layer, part) }
