#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <vector>

#include "busyhour/error.h"
#include "dataset/manifest.h"
#include "dataset/output_files.h"
#include "job/job.h"

namespace busyhour::internal {

/// The jobs in the directory of a storage tree besides a job that is written
/// there. Each has a manifest and blobs of its own. Two jobs may have blobs of
/// the same resource and log, if these are of different periods.
class TreeJobs {
 public:
  /// The periods of the blobs of each stream, see `BlobPeriodsOf`.
  using Periods = std::vector<std::set<std::int64_t>>;

  /// Reads the manifests in `directory`, which may not exist. `own` has the job
  /// that is written. Adds a problem for each manifest that cannot be used.
  TreeJobs(const std::string& directory, const Manifest& own,
           std::vector<Problem>& problems);

  /// The path of the job's own manifest, which may not exist yet.
  const std::string& own_manifest() const noexcept { return own_manifest_; }

  bool empty() const noexcept { return others_.empty(); }
  /// Whether a complete job has blobs of the same streams.
  bool ShareStreams(const OutputFiles& files) const;
  /// Adds a problem for each blob in `files` that another job has or may have.
  /// `periods` is called if `ShareStreams`.
  void RefuseSameBlobs(const OutputFiles& files,
                       const std::function<Periods()>& periods,
                       std::vector<Problem>& problems) const;
  /// Whether another job has a file of this name.
  bool Own(const std::string& name) const;

 private:
  struct Other {
    std::string manifest;  // its path
    std::string words;     // its job
    bool complete = false;
    std::set<std::string> files;
    // Of the streams of an incomplete job, which may get more blobs.
    std::set<std::string> heads;
    std::vector<std::string> differences;  // from the own job

    bool Shares(const OutputFiles::Stream& stream) const;
  };

  static Other ReadOther(const std::string& path, const nlohmann::json& json,
                         const Manifest& own, std::vector<Problem>& problems);
  static void RefuseIncomplete(const Other& other,
                               std::vector<Problem>& problems);
  void Refuse(const Other& other, const std::vector<std::string>& names,
              Layout layout, std::vector<Problem>& problems) const;

  std::string directory_;
  std::string own_manifest_;
  std::vector<Other> others_;
};

/// Whether the manifest at `path` is of a job in a storage tree.
bool IsTreeManifest(const std::string& path);

}  // namespace busyhour::internal
