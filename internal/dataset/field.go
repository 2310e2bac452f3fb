package dataset

import (
	"fmt"

	"github.com/ziplaw/ziplaw"
)

// field is the path of a data set's entry in the spec.
func field(s ziplaw.Study, d ziplaw.DataSet, rest string) string {
	for i, entry := range s.Datasets {
		if entry.Name == d.Class {
			return fmt.Sprintf("datasets[%d].%s", i, rest)
		}
	}
	return "datasets"
}
