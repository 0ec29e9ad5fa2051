package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// telling are parts of the names of what a server has more of while there are
// calls, and must not have more of after them.
var telling = []string{"go_goroutines", "open_fds", "calls", "legs", "dialogs", "transactions", "ports_used"}

// gauges reads those of a server's /metrics.
func gauges(ctx context.Context, url string) (map[string]float64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/metrics", http.NoBody)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("GET /metrics: %s", res.Status)
	}
	return readGauges(res.Body)
}

// readGauges reads Prometheus' text format: a line with the kind of each metric
// before its values. Gauges with labels are added up.
func readGauges(in io.Reader) (map[string]float64, error) {
	all := map[string]float64{}
	gauge := ""
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		if name, ok := strings.CutPrefix(lines.Text(), "# TYPE "); ok {
			gauge, ok = strings.CutSuffix(name, " gauge")
			if !ok || !isTelling(gauge) {
				gauge = ""
			}
			continue
		}
		rest, ok := strings.CutPrefix(lines.Text(), gauge)
		if gauge == "" || !ok {
			continue
		}
		var value float64
		if _, err := fmt.Sscan(rest[strings.LastIndexByte(rest, ' ')+1:], &value); err != nil {
			return nil, fmt.Errorf("%s: %w", lines.Text(), err)
		}
		all[gauge] += value
	}
	return all, lines.Err()
}

func isTelling(name string) bool {
	return slices.ContainsFunc(telling, func(part string) bool { return strings.Contains(name, part) })
}

// grown are those that are larger than before by more than some slack.
func grown(before, after map[string]float64, slack float64) (list []string) {
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if after[name] > before[name]+slack {
			list = append(list, fmt.Sprintf("%s from %.0f to %.0f", name, before[name], after[name]))
		}
	}
	return list
}
