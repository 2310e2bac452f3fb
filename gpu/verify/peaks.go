package verify

import "strings"

// peak is the most float32 operations a second that a device does outside of its tensor cores, at its boost clock.
type peak struct {
	name   string // in what the driver calls the device
	flops  float64
	source string
}

// peaks are by NVIDIA's data sheets, the longer of names that contain each other first.
var peaks = []peak{
	{"H100 PCIe", 51e12, "NVIDIA H100 data sheet, PCIe"},
	{"H100 NVL", 60e12, "NVIDIA H100 NVL data sheet"},
	{"H100", 67e12, "NVIDIA H100 data sheet, SXM"},
	{"H200 NVL", 60e12, "NVIDIA H200 data sheet, NVL"},
	{"H200", 67e12, "NVIDIA H200 data sheet, SXM"},
	{"GH200", 67e12, "NVIDIA GH200 data sheet"},
	{"A100", 19.5e12, "NVIDIA A100 data sheet"},
	{"A10G", 31.2e12, "NVIDIA A10 data sheet; the A10G is close to it"},
	{"A10", 31.2e12, "NVIDIA A10 data sheet"},
	{"A30", 10.3e12, "NVIDIA A30 data sheet"},
	{"A40", 37.4e12, "NVIDIA A40 data sheet"},
	{"L40S", 91.6e12, "NVIDIA L40S data sheet"},
	{"L40", 90.5e12, "NVIDIA L40 data sheet"},
	{"L4", 30.3e12, "NVIDIA L4 data sheet"},
	{"RTX 4090", 82.6e12, "NVIDIA Ada architecture paper"},
	{"RTX 3090", 35.6e12, "NVIDIA GA102 architecture paper"},
}

// peakOf finds a device's peak: its name has the peak's as whole words.
func peakOf(device string) (peak, bool) {
	name := " " + strings.NewReplacer("-", " ").Replace(device) + " "
	for _, p := range peaks {
		if strings.Contains(name, " "+p.name+" ") {
			return p, true
		}
	}
	return peak{}, false
}
