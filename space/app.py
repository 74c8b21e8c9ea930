"""The entry of the Hugging Face Space; every option: `python app.py --help`."""

from skeleton_demo.main import main

if __name__ == "__main__":
    main()
