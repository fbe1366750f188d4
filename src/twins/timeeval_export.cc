// TimeEval: one file of several series, in its canonical form. Source:
// github.com/TimeEval/TimeEval, docs/concepts/datasets.md.

#include <cstddef>
#include <string>
#include <vector>

#include "twins/label_exports.h"
#include "twins/label_file.h"
#include "twins/minute_series.h"

namespace busyhour::internal {

Status WriteTimeEval(const RunLabels& labels, const std::string& directory,
                     bool may_replace) {
  const MinuteSeries& minutes = labels.minutes;
  const std::vector<bool> marked =
      MarkedRows(minutes.Windows(labels.incidents), minutes.rows());
  LabelFile file(directory + "/busyhour.test.csv", may_replace);
  if (Status status = file.Open(); !status.ok()) return status;
  file.Put("timestamp,");
  for (const std::string& column : minutes.columns()) file.Put(column + ',');
  file.Put("is_anomaly\n");
  for (std::size_t row = 0; row < minutes.rows(); ++row) {
    file.Put(PlainTime(minutes.TimeOf(row)) + ',' + minutes.Text(row) +
             (marked[row] ? ",1\n" : ",0\n"));
  }
  return file.Finish();
}

}  // namespace busyhour::internal
