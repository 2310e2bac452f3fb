package verify

import (
	"strings"

	"github.com/ziplaw/ziplaw/gpu"
)

// peak is the most operations a second that a device does at its boost clock.
type peak struct {
	flops  float64 // 0 where it isn't known
	source string
}

// chip is a device's peaks: of float32 outside of its tensor cores, and of TF32 on these, without sparsity.
type chip struct {
	name          string // in what the driver calls the device
	float32, tf32 float64
	source        string
}

// chips are by NVIDIA's data sheets, which tell TF32 with sparsity from the H100 on: half of it counts here. Of names that contain each
// other the longer ones come first.
var chips = []chip{
	{"H100 PCIe", 51e12, 378e12, "NVIDIA H100 data sheet, PCIe"},
	{"H100 NVL", 60e12, 417e12, "NVIDIA H100 NVL data sheet"},
	{"H100", 67e12, 495e12, "NVIDIA H100 data sheet, SXM"},
	{"H200 NVL", 60e12, 417e12, "NVIDIA H200 data sheet, NVL"},
	{"H200", 67e12, 495e12, "NVIDIA H200 data sheet, SXM"},
	{"GH200", 67e12, 495e12, "NVIDIA GH200 data sheet"},
	{"A100", 19.5e12, 156e12, "NVIDIA A100 data sheet"},
	{"A10G", 31.2e12, 0, "NVIDIA A10 data sheet; the A10G is close to it"},
	{"A10", 31.2e12, 62.5e12, "NVIDIA A10 data sheet"},
	{"A30", 10.3e12, 82e12, "NVIDIA A30 data sheet"},
	{"A40", 37.4e12, 74.8e12, "NVIDIA A40 data sheet"},
	{"L40S", 91.6e12, 183e12, "NVIDIA L40S data sheet"},
	{"L40", 90.5e12, 90.5e12, "NVIDIA L40 data sheet"},
	{"L4", 30.3e12, 60e12, "NVIDIA L4 data sheet"},
	{"RTX 4090", 82.6e12, 82.6e12, "NVIDIA Ada architecture paper"},
	{"RTX 3090", 35.6e12, 35.6e12, "NVIDIA GA102 architecture paper"},
}

// peakOf finds a device's peak in a precision: its name has the chip's as whole words.
func peakOf(device, precision string) (p peak, known bool) {
	name := " " + strings.NewReplacer("-", " ").Replace(device) + " "
	for _, c := range chips {
		if strings.Contains(name, " "+c.name+" ") {
			p = peak{c.float32, c.source}
			if precision == gpu.TF32 {
				p.flops = c.tf32
			}
			return p, p.flops > 0
		}
	}
	return peak{}, false
}
