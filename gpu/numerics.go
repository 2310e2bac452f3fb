package gpu

import (
	"fmt"
	"strings"
)

// Precisions of the matrix products. All other operations are in float32 in both.
const (
	// Float32 is products in float32 throughout.
	Float32 = "float32"
	// TF32 is products on tensor cores, whose operands are rounded to TF32: float32 with 10 bits behind the point. Sums are of float32.
	TF32 = "tf32"
)

// Precisions are those that every device has.
func Precisions() []string { return []string{Float32, TF32} }

// ownProducts names the matrix products of this package's own kernels, with a number that rises when bits change.
const ownProducts = "own-1"

// numericsVersion is that of all other operations.
const numericsVersion = "cuda/1"

// Arithmetic is what a numerics id of this package says: cuda/1/DEVICE/PRECISION/PRODUCTS.
type Arithmetic struct {
	Device    string // its name, with a minus for each space
	Precision string
	Products  string // the library of the matrix products, and its version
}

// Numerics is the numerics id of a device by its name, such as cuda/1/NVIDIA-H100-80GB-HBM3/float32/own-1.
func Numerics(deviceName, precision string) string {
	device := strings.Join(strings.FieldsFunc(deviceName, func(r rune) bool { return r <= ' ' || r == '/' }), "-")
	return strings.Join([]string{numericsVersion, device, precision, ownProducts}, "/")
}

// ParseNumerics reads a numerics id of this package.
func ParseNumerics(id string) (Arithmetic, error) {
	rest, found := strings.CutPrefix(id, numericsVersion+"/")
	if !found {
		return Arithmetic{}, fmt.Errorf("numerics %q: it doesn't begin with %s/", id, numericsVersion)
	}
	parts := strings.Split(rest, "/")
	if len(parts) != 3 {
		return Arithmetic{}, fmt.Errorf("numerics %q: want %s/DEVICE/PRECISION/PRODUCTS", id, numericsVersion)
	}
	for _, part := range parts {
		if part == "" || strings.ContainsAny(part, " \t\n") {
			return Arithmetic{}, fmt.Errorf("numerics %q: a part is empty or has spaces", id)
		}
	}
	return Arithmetic{Device: parts[0], Precision: parts[1], Products: parts[2]}, nil
}
