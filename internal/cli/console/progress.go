package console

import "time"

// ProgressEvery is how often long work says how far it is.
const ProgressEvery = 5 * time.Second

// Times after which a long reading says how far it is, and between the lines.
const (
	ReadingFirst = 2 * time.Second
	ReadingNext  = 5 * time.Second
)

// Seldom says what long work is at, from time to time.
func (a *App) Seldom() func(what string) {
	said := time.Now()
	return func(what string) {
		if time.Since(said) > ReadingFirst {
			said = time.Now()
			a.Progress("%s", what)
		}
	}
}
