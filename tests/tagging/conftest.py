"""What the tagging tests share; phobert_files makes vocabularies and merges."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
