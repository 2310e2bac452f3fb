package workflows

// repairs counts the rounds that damaged artifacts have ended. A workflow goes back and makes again what was damaged, as
// long as rounds get further: a store that damages whatever is written has an end.
type repairs struct {
	Best int `json:"best"` // how far a round got, at most
	Idle int `json:"idle"` // rounds in a row that got no further
}

// maxIdle is how many rounds in a row may get no further.
const maxIdle = 3

// again says whether another round is worth it after one that got so far, which is more than 0.
func (r *repairs) again(far int) bool {
	if far > r.Best {
		r.Best, r.Idle = far, 0
		return true
	}
	r.Idle++
	return r.Idle < maxIdle
}
