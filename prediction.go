package ziplaw

// Prediction is the answer for one set of data and one budget. Intervals are of n_opt, d_opt, loss and c, where the law has a
// covariance.
type Prediction struct {
	H         *float64              `json:"h"` // null where the law doesn't depend on the data
	Count     string                `json:"count"`
	C         float64               `json:"c"` // FLOPs, 6 N D
	NOpt      float64               `json:"n_opt"`
	DOpt      float64               `json:"d_opt"`
	Loss      float64               `json:"loss"`     // nats per token
	Exponent  *float64              `json:"exponent"` // of N_opt in C; null where the law has no frontier
	Level     float64               `json:"level"`
	Intervals map[string][2]float64 `json:"intervals"`
	Law       LawParameters         `json:"law"` // at this H and epsilon
	Epsilon   float64               `json:"epsilon"`
	// Chinchilla and Refitted are the allocations of Hoffmann et al. (2022) and of Besiroglu et al. (2024) at the same budget.
	Chinchilla Optimum   `json:"chinchilla"`
	Refitted   Optimum   `json:"chinchilla_refitted"`
	Saving     Saving    `json:"saving"` // against Chinchilla
	Repeat     *Repeat   `json:"repeat"` // null where the data at hand suffices, or isn't known
	Source     LawSource `json:"source"`
	Warnings   []Warning `json:"warnings"`
}

// LawParameters are the five parameters of a law.
type LawParameters struct {
	E     float64 `json:"E"`
	A     float64 `json:"A"`
	B     float64 `json:"B"`
	Alpha float64 `json:"alpha"`
	Beta  float64 `json:"beta"`
}

// Optimum is a way to spend a budget, with the loss that the law in use expects of it.
type Optimum struct {
	NOpt float64 `json:"n_opt"`
	DOpt float64 `json:"d_opt"`
	Loss float64 `json:"loss"`
}

// Saving is what the optimal allocation saves where it only has to reach the loss of Chinchilla's allocation. Hours and money
// are by the rates that were given.
type Saving struct {
	FLOPs       float64  `json:"flops"`
	Share       float64  `json:"share"` // of the budget
	DeviceHours *float64 `json:"device_hours"`
	Money       *float64 `json:"money"`
}

// Repeat is what becomes of a budget where the data has to be repeated (Muennighoff et al. 2023).
type Repeat struct {
	Unique    float64 `json:"unique"`    // tokens at hand
	Epochs    float64 `json:"epochs"`    // of d_opt
	Effective float64 `json:"effective"` // tokens that d_opt is worth
	Loss      float64 `json:"loss"`      // of n_opt and d_opt with the repeats
	Best      Optimum `json:"best"`      // the allocation that accounts for them
}
