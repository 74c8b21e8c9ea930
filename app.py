"""The web demo: `python app.py`, then open the address that it prints. What it serves stands in space/."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "space"))

from skeleton_demo.main import main

if __name__ == "__main__":
    main()
