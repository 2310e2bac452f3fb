package kernel

// Rows of a micro-batch: so few that what one operation leaves for the next stays in a processor's caches, and enough for
// products to run at their full speed, and for every thread to have some.
const (
	microRows       = 1024
	microThreadRows = 256
)

// MicroBatch implements Device.
func (d CPUDevice) MicroBatch(batch Shape) int {
	rows := max(microRows, microThreadRows*d.Threads)
	return min(batch.Batch, max(1, rows/batch.Time))
}

// MicroBatch implements Backend.
func (c *CPU) MicroBatch(batch Shape) int { return CPUDevice{Threads: c.threads}.MicroBatch(batch) }
