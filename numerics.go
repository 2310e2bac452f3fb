package ziplaw

import "strings"

// What a spec may name as its numerics: the arithmetic of CPUs, which is the same on all of them; that of whatever kind of CUDA
// device there is; or the whole id of a kind of CUDA device, cuda/1/DEVICE/PRECISION/PRODUCTS, where PRODUCTS names the library of
// matrix products. A study that runs has one of the first and the last.
const (
	NumericsCPU  = "cpu"
	NumericsCUDA = "cuda"
)

// Precisions of matrix products; everything else is in float32. CPUs have the first.
const (
	PrecisionFloat32 = "float32"
	// PrecisionTF32 is products on the tensor cores of CUDA devices: operands are rounded to 10 bits behind the point, and sums are
	// of float32.
	PrecisionTF32 = "tf32"
)

// OnCUDA says whether a study is defined in the arithmetic of CUDA devices.
func (s Study) OnCUDA() bool { return s.Numerics == NumericsCUDA || IsCUDA(s.Numerics) }

// Pinned says whether the study names one arithmetic, and so has keys.
func (s Study) Pinned() bool { return s.Numerics != NumericsCUDA }

// IsCUDA says whether an id is of an arithmetic of a kind of CUDA device.
func IsCUDA(id string) bool {
	parts := strings.Split(id, "/")
	return len(parts) == 5 && parts[0] == NumericsCUDA && parts[1] == "1" && parts[2] != "" && parts[3] != "" && parts[4] != ""
}

// PrecisionOf is the precision of an arithmetic's id.
func PrecisionOf(id string) string {
	if parts := strings.Split(id, "/"); IsCUDA(id) {
		return parts[3]
	}
	return PrecisionFloat32
}
