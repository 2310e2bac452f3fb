package measure

import "fmt"

func (e *NoDocumentsError) Error() string {
	switch {
	case len(e.Skipped) > 0 && e.Files == 0:
		return fmt.Sprintf("no file can be read: %v", e.Skipped[0])
	case e.Short == 1:
		return fmt.Sprintf("no document: the text is shorter than %d tokens", e.Context)
	case e.Short > 0:
		return fmt.Sprintf("no document: all %d texts are shorter than %d tokens", e.Short, e.Context)
	case e.Files == 0:
		return "no file"
	}
	return "no document: there is no text"
}
