package kerneltest

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// Failures tests a fresh backend in a program, and returns what the test says against it. A panic is a failure, too.
func (c Test) Failures(tolerance Tolerance, b kernel.Backend) []string {
	var t failures
	ended := make(chan struct{})
	go func() { // which Fatal ends
		defer close(ended)
		defer func() {
			if what := recover(); what != nil {
				t.Errorf("panic: %v", what)
			}
		}()
		c.Run(&t, tolerance, b)
	}()
	<-ended
	return t
}

// failures is a T that keeps what it is told.
type failures []string

func (f *failures) Helper() {}

func (f *failures) Error(args ...any) { *f = append(*f, strings.TrimSpace(fmt.Sprintln(args...))) }

func (f *failures) Errorf(format string, args ...any) { *f = append(*f, fmt.Sprintf(format, args...)) }

func (f *failures) Fatal(args ...any) {
	f.Error(args...)
	runtime.Goexit()
}

func (f *failures) Fatalf(format string, args ...any) {
	f.Errorf(format, args...)
	runtime.Goexit()
}
