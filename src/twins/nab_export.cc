// The Numenta Anomaly Benchmark: a file for each series, and one of windows.
// Source: github.com/numenta/NAB, nab/corpus.py, nab/labeler.py and
// labels/combined_windows.json.

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <utility>

#include "twins/label_exports.h"
#include "twins/label_file.h"
#include "twins/minute_series.h"

namespace busyhour::internal {
namespace {

// The first part of a series, in which a detector learns: 15 % of the rows, but
// not more than of 5000 rows. NAB deletes windows that begin in it.
std::size_t NabProbation(std::size_t rows) {
  return std::min<std::size_t>(rows * 15 / 100, 750);
}

// Both ends of a window are times of rows.
nlohmann::ordered_json WindowsOf(const RunLabels& labels) {
  nlohmann::ordered_json windows = nlohmann::ordered_json::array();
  const std::size_t probation = NabProbation(labels.minutes.rows());
  for (const RowSpan& span : labels.minutes.Windows(labels.incidents)) {
    if (span.first < probation) continue;
    nlohmann::ordered_json window = nlohmann::ordered_json::array();
    for (const std::size_t row : {span.first, span.last}) {
      window.push_back(PlainTime(labels.minutes.TimeOf(row)) + ".000000");
    }
    windows.push_back(std::move(window));
  }
  return windows;
}

}  // namespace

Status WriteNab(const RunLabels& labels, const std::string& directory,
                bool may_replace) {
  const MinuteSeries& minutes = labels.minutes;
  namespace fs = std::filesystem;
  std::error_code error;
  for (const char* const below : {"/data/busyhour", "/labels"}) {
    fs::create_directories(directory + below, error);
  }
  nlohmann::ordered_json all = nlohmann::ordered_json::object();
  const nlohmann::ordered_json windows = WindowsOf(labels);
  for (std::size_t column = 0; column < minutes.columns().size(); ++column) {
    const std::string name = "busyhour/" + minutes.columns()[column] + ".csv";
    all[name] = windows;
    LabelFile file(directory + "/data/" + name, may_replace);
    if (Status status = file.Open(); !status.ok()) return status;
    file.Put("timestamp,value\n");
    for (std::size_t row = 0; row < minutes.rows(); ++row) {
      file.Put(PlainTime(minutes.TimeOf(row)) + ',' +
               minutes.Text(row, column) + '\n');
    }
    if (Status status = file.Finish(); !status.ok()) return status;
  }
  LabelFile file(directory + "/labels/combined_windows.json", may_replace);
  if (Status status = file.Open(); !status.ok()) return status;
  file.Put(all.dump(4) + '\n');
  return file.Finish();
}

}  // namespace busyhour::internal
