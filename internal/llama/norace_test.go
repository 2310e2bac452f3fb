//go:build !race

package llama

// raceDetector says whether the tests run under it.
const raceDetector = false
