package ziplaw

// FinalLoss is the loss of a cell that the fit takes, in nats per token. Only mean_last_k looks at losses, the training
// loss of every step.
func (f FitOptions) FinalLoss(r CellResult, losses []float32) float64 {
	switch f.Final {
	case "last":
		return r.Last
	case "mean_last_k":
		return meanLast(losses, f.K)
	default:
		return r.Validation
	}
}

// Size is the N of a cell that the fit counts.
func (f FitOptions) Size(r CellResult) int64 {
	if f.Count == "non_embedding" {
		return r.NBody
	}
	return r.N
}

// meanLast is the mean of the last k losses, or of all where there are fewer; NaN where there are none.
func meanLast(losses []float32, k int) float64 {
	tail := losses[max(0, len(losses)-k):]
	var sum float64
	for _, l := range tail {
		sum += float64(l)
	}
	return sum / float64(len(tail))
}
