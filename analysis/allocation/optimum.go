package allocation

import (
	"math"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// Optimum is the N and D = C/(6N) of least loss at a budget: Eq. 2 in closed form. It fails where the law has no frontier.
func Optimum(law ziplaw.Fit, c float64) (ziplaw.Optimum, error) {
	f, ok := scaling.NewFrontier(law)
	if !ok {
		return ziplaw.Optimum{}, noFrontier(law)
	}
	return spend(law, f.N(c), c), nil
}

// spend is a budget's use with N parameters.
func spend(law ziplaw.Fit, n, c float64) ziplaw.Optimum {
	d := c / 6 / n
	return ziplaw.Optimum{NOpt: n, DOpt: d, Loss: scaling.Predict(law, n, d)}
}

// allocate is another law's allocation of a budget, with the loss by this one.
func allocate(other, law ziplaw.Fit, c float64) ziplaw.Optimum {
	f, _ := scaling.NewFrontier(other)
	return spend(law, f.N(c), c)
}

// minimize is the N of least loss between two, by golden-section search over ln N: for losses that have no closed form.
func minimize(loss func(n float64) float64, low, high float64) float64 {
	const section = 0.6180339887498949 // (sqrt 5 - 1)/2
	a, b := math.Log(low), math.Log(high)
	x, y := b-section*(b-a), a+section*(b-a)
	fx, fy := loss(math.Exp(x)), loss(math.Exp(y))
	for b-a > 1e-9 {
		if fx <= fy {
			b, y, fy = y, x, fx
			x = b - section*(b-a)
			fx = loss(math.Exp(x))
		} else {
			a, x, fx = x, y, fy
			y = a + section*(b-a)
			fy = loss(math.Exp(y))
		}
	}
	return math.Exp((a + b) / 2)
}

// saving is what the optimal allocation saves where it only has to reach the loss of Chinchilla's allocation.
func saving(law ziplaw.Fit, p ziplaw.Prediction, r Rates) ziplaw.Saving {
	var s ziplaw.Saving
	if enough, err := reach(law, p.Chinchilla.Loss); err == nil && enough < p.C {
		s.FLOPs = p.C - enough
		s.Share = s.FLOPs / p.C
	}
	if r.DeviceFLOPs > 0 {
		hours := s.FLOPs / r.DeviceFLOPs / 3600
		s.DeviceHours = &hours
		if r.Price > 0 {
			money := hours * r.Price
			s.Money = &money
		}
	}
	return s
}
