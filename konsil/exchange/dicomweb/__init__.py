"""DICOMweb for one case at a time (PS3.18 §10): each case is a little PACS of its own."""
