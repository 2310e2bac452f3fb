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

// MicroBatch implements Batcher.
func (d CPUDevice) MicroBatch(batch Shape) int {
	if d.Lanes(batch) == d.threads() {
		return d.laneDocuments(batch)
	}
	return min(batch.Batch, max(1, max(teamRows, teamThreadRows*d.Threads)/batch.Time))
}

// Lanes implements Batcher: as many as threads, where each has documents enough, or one. Threads that each take their own micro-batches
// don't wait for one another at every operation, and find all that they read in their own caches.
func (d CPUDevice) Lanes(batch Shape) int {
	threads, documents := d.threads(), d.laneDocuments(batch)
	micro := (batch.Batch + documents - 1) / documents
	rounds := (micro + threads - 1) / threads
	if 4*micro < 3*rounds*threads { // more than a quarter of the threads' time is lost
		return 1
	}
	return threads
}

// laneDocuments is how many documents a thread takes through a model at once.
func (d CPUDevice) laneDocuments(batch Shape) int {
	ofLayer := 6*batch.Width() + 2*batch.Intermediate // a row's in the inputs and outputs of its products
	rows := min(max(leastLaneRows, laneFloats/ofLayer), mostLaneRows)
	each := (batch.Batch + d.threads() - 1) / d.threads()
	return max(1, min(each, rows/batch.Time))
}

func (d CPUDevice) threads() int { return max(1, d.Threads) }

// MicroBatch implements Backend.
func (c *CPU) MicroBatch(batch Shape) int { return CPUDevice{Threads: c.threads}.MicroBatch(batch) }

// Lanes implements Backend.
func (c *CPU) Lanes(batch Shape) int { return CPUDevice{Threads: c.threads}.Lanes(batch) }
