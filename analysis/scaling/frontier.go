package scaling

import (
	"math"

	"github.com/ziplaw/ziplaw"
)

// Frontier is the compute-optimal allocation of a law, Eq. 2 of the paper: N_opt(C) = G (C/6)^Exponent with
// G = (alpha A / beta B)^(1/(alpha+beta)) and Exponent = beta/(alpha+beta), and D_opt = C / (6 N_opt).
type Frontier struct{ G, Exponent float64 }

// NewFrontier is the frontier of a law. False says that the law has none: an exponent or a factor is 0.
func NewFrontier(f ziplaw.Fit) (Frontier, bool) {
	if !(f.A > 0 && f.B > 0 && f.Alpha > 0 && f.Beta > 0) {
		return Frontier{}, false
	}
	sum := f.Alpha + f.Beta
	g := math.Exp((math.Log(f.Alpha) + f.LogA - math.Log(f.Beta) - f.LogB) / sum)
	return Frontier{G: g, Exponent: f.Beta / sum}, true
}

// N is the optimal number of parameters at C floating-point operations.
func (f Frontier) N(c float64) float64 { return f.G * math.Pow(c/6, f.Exponent) }

// D is the optimal number of tokens at C floating-point operations.
func (f Frontier) D(c float64) float64 { return c / 6 / f.N(c) }

// Chinchilla is the law of Hoffmann et al. (2022), approach 3.
var Chinchilla = law("chinchilla", 1.69, 406.4, 410.7, 0.34, 0.28)

// ChinchillaRefitted is the same data refitted by Besiroglu et al. (2024).
var ChinchillaRefitted = law("chinchilla-refitted", 1.8172, 482.01, 2085.43, 0.3478, 0.3658)

func law(name string, e, a, b, alpha, beta float64) ziplaw.Fit {
	logE := math.Log(e)
	return ziplaw.Fit{DataSet: name, E: e, A: a, B: b, Alpha: alpha, Beta: beta, LogA: math.Log(a), LogB: math.Log(b), LogE: &logE}
}
