package gpu

import "testing"

func TestNumericsIsRead(t *testing.T) {
	for _, name := range []string{"NVIDIA H100 80GB HBM3", "NVIDIA A100-SXM4-40GB", " a  b/c ", "Emulated"} {
		for _, precision := range Precisions() {
			a, err := ParseNumerics(Numerics(name, precision))
			if err != nil {
				t.Errorf("%q: %v", name, err)
				continue
			}
			if a.Precision != precision || a.Products != ownProducts || a.Device == "" {
				t.Errorf("%q is read as %+v", name, a)
			}
		}
	}
}

func TestNumericsOfOthersIsRefused(t *testing.T) {
	for _, id := range []string{"", "cpu/1", "cuda/1", "cuda/1/x/float32", "cuda/1//float32/own-1", "cuda/2/x/float32/own-1", "cuda/1/x/float32/own-1/y", "cuda/1/a b/float32/own-1"} {
		if a, err := ParseNumerics(id); err == nil {
			t.Errorf("%q is read as %+v", id, a)
		}
	}
}
