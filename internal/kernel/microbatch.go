package kernel

// Rows of a micro-batch that one thread takes through a model by itself: enough for products to run at their full speed, and so few that
// what one operation leaves for the next stays in the core's own cache; a layer leaves laneFloats of them, or less.
const (
	leastLaneRows = 256
	mostLaneRows  = 1024
	laneFloats    = 160 << 10
)

// Rows of a micro-batch whose operations all threads share, at most, and of it for each thread.
const (
	teamRows       = 1024
	teamThreadRows = 256
)

// Splits implements Batcher: one for each number of threads.
func (d CPUDevice) Splits(batch Shape) []Split {
	splits := make([]Split, d.threads())
	for i := range splits {
		splits[i] = splitAmong(i+1, batch)
	}
	return splits
}

// splitAmong is how some threads take a batch. Where each has documents enough, it takes its own micro-batches: then they don't wait for
// one another at every operation, and find all that they read in their own caches. Where that would leave more than a quarter of their
// time unused, all share each micro-batch.
func splitAmong(threads int, batch Shape) Split {
	documents := laneDocuments(threads, batch)
	micro := (batch.Batch + documents - 1) / documents
	rounds := (micro + threads - 1) / threads
	if 4*micro < 3*rounds*threads {
		return Split{Documents: min(batch.Batch, max(1, max(teamRows, teamThreadRows*threads)/batch.Time)), Lanes: 1}
	}
	return Split{Documents: documents, Lanes: min(threads, micro)}
}

// laneDocuments is how many documents one of some threads takes through a model at once.
func laneDocuments(threads int, batch Shape) int {
	ofLayer := 6*batch.Width() + 2*batch.Intermediate // a row's in the inputs and outputs of its products
	rows := min(max(leastLaneRows, laneFloats/ofLayer), mostLaneRows)
	each := (batch.Batch + threads - 1) / threads
	return max(1, min(each, rows/batch.Time))
}

func (d CPUDevice) threads() int { return max(1, d.Threads) }

// Splits implements Backend.
func (c *CPU) Splits(batch Shape) []Split { return CPUDevice{Threads: c.threads}.Splits(batch) }

// Split implements Backend: by the threads of this step.
func (c *CPU) Split(splits []Split) Split { return splits[c.active-1] }
