//go:build !cuda

// Command ziplaw-cuda is built with the tag cuda: see make cuda.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "ziplaw-cuda: built without CUDA; make cuda builds it")
	os.Exit(1)
}
