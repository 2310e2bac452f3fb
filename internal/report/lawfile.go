package report

import "encoding/json"

// lawFile is law.json, which ziplaw predict takes; nothing where the study has no law over its data sets.
func lawFile(in Input) ([]byte, error) {
	if in.Result.Law == nil {
		return nil, nil
	}
	b, err := json.MarshalIndent(in.Result.Law, "", "  ")
	return append(b, '\n'), err
}
