package kernel

// Rows of a micro-batch: so few that what one operation leaves for the next stays in a processor's caches, and enough for products to run
// at their full speed.
const (
	laneRows       = 256  // of a micro-batch that one thread takes through a model by itself
	teamRows       = 1024 // of one whose operations all threads share,
	teamThreadRows = 256  // and of it for each thread
)

// MicroBatch implements Batcher.
func (d CPUDevice) MicroBatch(batch Shape) int {
	rows := laneRows
	if d.Lanes(batch) < d.Threads {
		rows = max(teamRows, teamThreadRows*d.Threads)
	}
	return min(batch.Batch, max(1, rows/batch.Time))
}

// Lanes implements Batcher: as many as threads, where each has documents enough, or one. Threads that each take their own micro-batches
// don't wait for one another at every operation, and find all that they read in their own caches.
func (d CPUDevice) Lanes(batch Shape) int {
	threads := max(1, d.Threads)
	documents := max(1, laneRows/batch.Time)
	micro := (batch.Batch + documents - 1) / documents
	rounds := (micro + threads - 1) / threads
	if 4*micro < 3*rounds*threads { // a quarter of the threads' time and more
		return 1
	}
	return threads
}

// MicroBatch implements Backend.
func (c *CPU) MicroBatch(batch Shape) int { return CPUDevice{Threads: c.threads}.MicroBatch(batch) }

// Lanes implements Backend.
func (c *CPU) Lanes(batch Shape) int { return CPUDevice{Threads: c.threads}.Lanes(batch) }
