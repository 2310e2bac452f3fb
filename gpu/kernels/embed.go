// Package kernels is the CUDA kernels of package gpu as PTX, which the driver compiles for its device. build.sh makes
// kernels.ptx of kernels.cu and the files that it includes.
package kernels

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
)

// PTX is the text of all kernels in one module.
//
//go:embed kernels.ptx
var PTX string

// Digest is the sha256 of the PTX in hex.
func Digest() string {
	sum := sha256.Sum256([]byte(PTX))
	return hex.EncodeToString(sum[:])
}
